import { MantineProvider } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Outlet } from "react-router";
import { chosenScheme } from "../scheme";
import { theme, variables } from "../theme";

/** What Mantine's parts need around them. Only what uses them loads it: most pages, the record among them, begin without. */
export function Mantine({ children }: { children: ReactNode }) {
  useEffect(() => () => {
    // Without a choice the page follows the system again by itself.
    if (!chosenScheme()) document.documentElement.removeAttribute("data-mantine-color-scheme");
  }, []);
  return <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" withGlobalClasses={false}>{children}</MantineProvider>;
}

/** A page that uses Mantine's parts. */
export default function MantinePage() {
  return <Mantine><Outlet /></Mantine>;
}
