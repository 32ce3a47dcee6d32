import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { startScheme } from "./scheme";
import "./styles/index.css";
import { startTexts } from "./texts/i18n";

const root = document.getElementById("root");
if (!root) throw new Error("no place for the app");
startScheme();
void startTexts().then(() => createRoot(root).render(<StrictMode><App /></StrictMode>));
