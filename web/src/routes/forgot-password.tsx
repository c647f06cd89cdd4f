import { A, useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { AccountForm } from "../components/account-form.tsx";
import { Field } from "../components/form.tsx";
import { passwordHint } from "../lib/password.ts";
import { requestPasswordReset, resetPassword } from "../lib/session.ts";

export default function ForgotPassword() {
  const navigate = useNavigate();
  const [email, setEmail] = createSignal("");
  const [isSent, setIsSent] = createSignal(false);

  const submit = async (value: (name: string) => string) => {
    if (!isSent()) {
      setEmail(value("email"));
      await requestPasswordReset(email());
      setIsSent(true);
      return;
    }
    await resetPassword(email(), value("code").trim(), value("password"));
    navigate(`/sign-in?reset=yes&email=${encodeURIComponent(email())}`);
  };

  return (
    <AccountForm
      title="Reset your password"
      submit={isSent() ? "Set the new password" : "Send a code"}
      expectsCode={isSent()}
      onSubmit={submit}
      footer={
        <A class="hover:text-ink hover:underline" href="/sign-in">
          Back to sign-in
        </A>
      }
    >
      <Show
        when={isSent()}
        fallback={<Field label="E-mail" name="email" type="email" autocomplete="username" required />}
      >
        <p class="text-sm text-muted">If {email()} has an account, a code is on its way.</p>
        <Field label="Code" name="code" inputMode="numeric" autocomplete="one-time-code" required />
        <Field
          label="New password"
          name="password"
          type="password"
          autocomplete="new-password"
          minLength={12}
          required
          hint={passwordHint}
        />
      </Show>
    </AccountForm>
  );
}
