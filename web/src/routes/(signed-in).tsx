// Pages for those who are signed in; everybody else goes to the sign-in page, and comes back from there.
import { createAsync, Navigate, type RouteSectionProps, useLocation, useNavigate } from "@solidjs/router";
import { onCleanup, Show, Suspense } from "solid-js";
import { Frame } from "../components/frame.tsx";
import { PageBoundary } from "../components/page-boundary.tsx";
import { signInPath } from "../lib/next.ts";
import { onSessionEnd } from "../lib/session-end.ts";
import { findPerson } from "../lib/session.ts";

export default function SignedIn(props: RouteSectionProps) {
  const navigate = useNavigate();
  const location = useLocation();
  const signIn = () => signInPath(`${location.pathname}${location.search}`);
  const person = createAsync(async () => (await findPerson()) ?? "nobody");
  onCleanup(onSessionEnd(() => navigate(signIn(), { replace: true })));

  const someone = () => {
    const found = person();
    return found === "nobody" ? undefined : found;
  };

  return (
    <Suspense>
      <Show when={person()}>
        <Show when={someone()} fallback={<Navigate href={signIn()} />}>
          {(found) => (
            <Frame person={found()}>
              <PageBoundary>{props.children}</PageBoundary>
            </Frame>
          )}
        </Show>
      </Show>
    </Suspense>
  );
}
