import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newCache } from "./api/cache";
import { plant, seededLanguage, takeSeeds } from "./api/seed";
import { App, begin } from "./app";
import { startScheme } from "./scheme";
import "./styles/index.css";
import { startTexts } from "./texts/i18n";

const root = document.getElementById("root");
if (!root) throw new Error("no place for the app");
startScheme();
const cache = newCache();
const seeds = takeSeeds();
plant(cache, seeds);
const show = () => createRoot(root).render(<StrictMode><App cache={cache} /></StrictMode>);
// What cannot be fetched now is fetched, and its absence told, by the page itself.
void begin(location.pathname, (files) => startTexts(files, seededLanguage(seeds))).then(show, show);
