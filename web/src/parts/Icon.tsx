import { type IconName, paths } from "./icons";

/** An icon beside words; it is hidden from screen readers because the words say it. */
export function Icon({ name, className = "i" }: { name: IconName; className?: string }) {
  return <svg className={className} viewBox="0 0 24 24" aria-hidden="true" dangerouslySetInnerHTML={{ __html: paths[name] }} />;
}
