import { A, useNavigate } from "@solidjs/router";
import { AccountForm } from "../components/account-form.tsx";
import { Field } from "../components/form.tsx";
import { passwordHint } from "../lib/password.ts";
import { signUp } from "../lib/session.ts";

export default function SignUp() {
  const navigate = useNavigate();

  const submit = async (value: (name: string) => string) => {
    const email = value("email");
    await signUp(email, value("password"));
    navigate(`/confirm?email=${encodeURIComponent(email)}`);
  };

  return (
    <AccountForm
      title="Create an account"
      submit="Create account"
      onSubmit={submit}
      footer={
        <A class="hover:text-ink hover:underline" href="/sign-in">
          I have an account
        </A>
      }
    >
      <Field label="E-mail" name="email" type="email" autocomplete="username" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="new-password"
        minLength={12}
        required
        hint={passwordHint}
      />
    </AccountForm>
  );
}
