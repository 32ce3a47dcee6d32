/** Light or dark as a person chose it on this browser (where Mantine keeps it); undefined: as the system is. */
export function chosenScheme(): "light" | "dark" | undefined {
  try {
    const saved = localStorage.getItem("mantine-color-scheme-value");
    return saved === "light" || saved === "dark" ? saved : undefined;
  } catch {
    return undefined; // storage is switched off: nothing is remembered
  }
}

/** Shows a chosen scheme before anything is drawn. */
export function startScheme(): void {
  const scheme = chosenScheme();
  if (scheme) document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
}
