import { type ComponentType, lazy } from "react";

/** A page in a piece of script of its own. One that was fetched before it is shown is there at once, without a moment of
 * nothing; the others come when they are wanted. */
export function late(load: () => Promise<{ default: ComponentType }>) {
  let Here: ComponentType | undefined;
  const Lazy = lazy(load);
  const Page = () => (Here ? <Here /> : <Lazy />);
  return Object.assign(Page, {
    fetch: async () => {
      Here = (await load()).default;
    },
  });
}
