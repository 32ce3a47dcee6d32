import { type ComponentProps, lazy, Suspense } from "react";

// The fields are typed into by few and seen by nobody at first: they come when somebody opens one.
const LateWords = lazy(async () => ({ default: (await import("./Words")).Words }));
const LateRewrite = lazy(async () => ({ default: (await import("./Rewrite")).Rewrite }));
const LateEdit = lazy(async () => ({ default: (await import("./EditField")).EditField }));

export function Words(props: ComponentProps<typeof LateWords>) {
  return <Suspense fallback={<div className="words-coming" />}><LateWords {...props} /></Suspense>;
}

export function EditField(props: ComponentProps<typeof LateEdit>) {
  return <Suspense fallback={<div className="words-coming" />}><LateEdit {...props} /></Suspense>;
}

export function Rewrite(props: ComponentProps<typeof LateRewrite>) {
  return <Suspense fallback={<div className="words-coming" />}><LateRewrite {...props} /></Suspense>;
}
