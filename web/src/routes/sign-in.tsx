import { A, useNavigate, useSearchParams } from "@solidjs/router";
import { AccountForm } from "../components/account-form.tsx";
import { Field } from "../components/form.tsx";
import { safeNext } from "../lib/next.ts";
import { signIn } from "../lib/session.ts";

export default function SignIn() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams<{ next?: string; email?: string }>();

  const submit = async (value: (name: string) => string) => {
    const email = value("email");
    const step = await signIn(email, value("password"));
    if (step === "confirm") return navigate(`/confirm?email=${encodeURIComponent(email)}`);
    return navigate(safeNext(parameters.next), { replace: true });
  };

  return (
    <AccountForm
      title="Sign in"
      submit="Sign in"
      onSubmit={submit}
      footer={
        <p class="flex justify-between">
          <A class="text-accent underline" href="/sign-up">
            Create an account
          </A>
          <A class="text-accent underline" href="/forgot-password">
            Forgot your password?
          </A>
        </p>
      }
    >
      <Field label="E-mail" name="email" type="email" autocomplete="username" required value={parameters.email ?? ""} />
      <Field label="Password" name="password" type="password" autocomplete="current-password" required />
    </AccountForm>
  );
}
