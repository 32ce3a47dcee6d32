import { Trouble } from "../parts/Trouble";
import { Problem } from "../api/problem";
import { useTitle } from "../shell/useTitle";

export default function NotFound() {
  useTitle("");
  return <main id="main" tabIndex={-1} className="page"><Trouble error={new Problem(404, {})} /></main>;
}
