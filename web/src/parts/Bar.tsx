/** How much is done, 0 to 1. The words beside it say the same. */
export function Bar({ share, label, className = "" }: { share: number; label: string; className?: string }) {
  return (
    <span className={`bar ${className}`} role="img" aria-label={label}>
      <i style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />
    </span>
  );
}
