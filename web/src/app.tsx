import { QueryClientProvider } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { late } from "./late";
import { Skeleton } from "./parts/Skeleton";
import { ToastProvider } from "./parts/Toast";
import { Signed } from "./session/session";
import { Frame } from "./shell/Frame";

const Home = late(() => import("./pages/Home"));
const Interviews = lazy(() => import("./pages/Interviews"));
const NewUploads = lazy(() => import("./pages/new/NewUploads"));
const NewInterview = lazy(() => import("./pages/NewInterview"));
const Interview = late(() => import("./record/Interview"));
const RecordTab = late(() => import("./record/RecordTab"));
const TalkTab = lazy(() => import("./record/TalkTab"));
const InsightsTab = lazy(() => import("./record/InsightsTab"));
const HistoryTab = lazy(() => import("./record/HistoryTab"));
const Consent = lazy(() => import("./pages/Consent"));
const Prepare = lazy(() => import("./pages/Prepare"));
const Actions = lazy(() => import("./pages/Actions"));
const Overview = lazy(() => import("./pages/overview/Overview"));
const Templates = lazy(() => import("./pages/templates/Templates"));
const Settings = lazy(() => import("./pages/settings/Settings"));
const MantinePage = lazy(() => import("./parts/Mantine"));
const SignIn = lazy(() => import("./pages/SignIn"));
const NotFound = lazy(() => import("./pages/NotFound"));

/** Fetches what the page at an address begins with, and names the files of its texts. Other pages fetch theirs themselves. */
export async function begin(path: string, texts: (files: string[]) => Promise<unknown>): Promise<void> {
  if (path === "/") await Promise.all([texts(["common", "list"]), Home.fetch()]);
  else if (/^\/interviews\/[0-9a-z]{26}$/.test(path)) await Promise.all([texts(["common", "record"]), Interview.fetch(), RecordTab.fetch()]);
  else await texts(["common"]);
}

/** The whole app: one address, one page; each page is its own piece of script. */
export function App({ cache }: { cache: QueryClient }) {
  return (
    <QueryClientProvider client={cache}>
      <Suspense fallback={<div className="page" />}>
        <ToastProvider>
          <BrowserRouter>
            <Routes>
              <Route path="/signin" element={<SignIn />} />
              <Route element={<Signed frame={(page) => <Frame><Suspense fallback={<div className="page"><Skeleton shape="list" /></div>}>{page}</Suspense></Frame>} />}>
                <Route index element={<Home />} />
                <Route path="interviews" element={<Interviews />} />
                <Route element={<MantinePage />}>
                  <Route path="interviews/new" element={<NewUploads />} />
                </Route>
                <Route path="interviews/open" element={<NewInterview />} />
                <Route path="interviews/:id" element={<Interview />}>
                  <Route index element={<RecordTab />} />
                  <Route path="talk" element={<TalkTab />} />
                  <Route path="insights" element={<InsightsTab />} />
                  <Route path="history" element={<HistoryTab />} />
                </Route>
                <Route path="interviews/:id/consent" element={<Consent />} />
                <Route path="interviews/:id/prepare" element={<Prepare />} />
                <Route path="actions" element={<Actions />} />
                <Route path="overview" element={<Overview />} />
                <Route path="templates" element={<Templates />} />
                <Route path="settings" element={<Settings />} />
                <Route path="*" element={<NotFound />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </ToastProvider>
      </Suspense>
    </QueryClientProvider>
  );
}
