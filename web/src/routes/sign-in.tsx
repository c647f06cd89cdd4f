import { A, useNavigate, useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { AccountForm } from "../components/account-form.tsx";
import { Field } from "../components/form.tsx";
import { oneOf } from "../lib/address-bar.ts";
import { safeNext } from "../lib/next.ts";
import { signIn } from "../lib/session.ts";

export default function SignIn() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  /** What was just done on another page. */
  const news = () => {
    if (parameters["confirmed"]) return "Your address is confirmed. Sign in to begin.";
    if (parameters["reset"]) return "Your new password is set. Sign in with it.";
    return undefined;
  };

  const submit = async (value: (name: string) => string) => {
    const email = value("email");
    const step = await signIn(email, value("password"));
    if (step === "confirm") return navigate(`/confirm?email=${encodeURIComponent(email)}`);
    return navigate(safeNext(oneOf(parameters["next"])), { replace: true });
  };

  return (
    <AccountForm
      title="Sign in"
      submit="Sign in"
      onSubmit={submit}
      footer={
        <>
          <A class="hover:text-ink hover:underline" href="/sign-up">
            Create an account
          </A>
          <A class="hover:text-ink hover:underline" href="/forgot-password">
            Forgot your password?
          </A>
        </>
      }
    >
      <Show when={news()}>
        <p role="status" class="rounded-lg bg-good-soft px-3 py-2 text-sm text-good">
          {news()}
        </p>
      </Show>
      <Field
        label="E-mail"
        name="email"
        type="email"
        autocomplete="username"
        required
        value={oneOf(parameters["email"]) ?? ""}
      />
      <Field label="Password" name="password" type="password" autocomplete="current-password" required />
    </AccountForm>
  );
}
