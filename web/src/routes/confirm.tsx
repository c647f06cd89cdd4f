import { useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal } from "solid-js";
import { AccountForm } from "../components/account-form.tsx";
import { Button, Field } from "../components/form.tsx";
import { oneOf } from "../lib/address-bar.ts";
import { messageOf } from "../lib/http.ts";
import { confirmSignUp, resendCode } from "../lib/session.ts";

export default function Confirm() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const [email, setEmail] = createSignal(oneOf(parameters["email"]) ?? "");
  const [note, setNote] = createSignal("");

  const submit = async (value: (name: string) => string) => {
    await confirmSignUp(email(), value("code").trim());
    navigate(`/sign-in?confirmed=yes&email=${encodeURIComponent(email())}`);
  };

  const resend = async () => {
    try {
      await resendCode(email());
      setNote("A new code is on its way.");
    } catch (failure) {
      setNote(messageOf(failure));
    }
  };

  return (
    <AccountForm
      title="Confirm your address"
      submit="Confirm"
      expectsCode
      onSubmit={submit}
      footer={
        <>
          <Button look="plain" onClick={() => void resend()} disabled={!email()}>
            Send a new code
          </Button>
          <span role="status">{note()}</span>
        </>
      }
    >
      <p class="text-sm text-muted">We have mailed you a code of six digits.</p>
      <Field
        label="E-mail"
        name="email"
        type="email"
        autocomplete="username"
        required
        value={email()}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <Field label="Code" name="code" inputMode="numeric" autocomplete="one-time-code" pattern="\s*\d{6}\s*" required />
    </AccountForm>
  );
}
