import { createTheme, type CSSVariablesResolver } from "@mantine/core";

/** The theme of Mantine's own parts; colours of everything else are CSS variables of styles/tokens.css. */
export const theme = createTheme({
  colors: {
    tokiwa: ["#eaf4ee", "#d3e7db", "#a9d0b9", "#7fb697", "#4ca878", "#1f8a58", "#1d7f50", "#006c3b", "#00552d", "#003f22"],
  },
  primaryColor: "tokiwa",
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "var(--font)",
  fontSizes: { xs: "0.8125rem", sm: "0.875rem", md: "1rem", lg: "1.25rem", xl: "1.5rem" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
});

const shared = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-default": "var(--sheet)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--control)",
  "--mantine-color-error": "var(--bad-ink)",
  "--mantine-color-anchor": "var(--accent-ink)",
  "--mantine-primary-color-filled": "var(--accent)",
};

/** Gives Mantine's variables the values of the tokens, so that its parts follow light and dark with everything else. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
