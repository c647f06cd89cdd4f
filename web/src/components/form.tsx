// Form pieces with a label, a hint and an error that a screen reader hears.
import { createUniqueId, type JSX, Show, splitProps } from "solid-js";

/** For inputs and selects. 16 px on phones, or iOS zooms in on focus. */
export const controlClass =
  "h-9 w-full min-w-0 rounded-lg border border-edge bg-surface px-3 text-base placeholder:text-muted sm:text-sm";

interface FieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
}

export function Field(props: FieldProps) {
  const [own, input] = splitProps(props, ["label", "hint"]);
  const id = createUniqueId();
  return (
    <div class="space-y-1.5">
      <label for={id} class="block text-sm font-medium wrap-anywhere">
        {own.label}
      </label>
      <input {...input} id={id} aria-describedby={own.hint ? `${id}-hint` : undefined} class={controlClass} />
      <Show when={own.hint}>
        <p id={`${id}-hint`} class="text-sm text-muted">
          {own.hint}
        </p>
      </Show>
    </div>
  );
}

interface SelectFieldProps extends JSX.SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  hint?: string | undefined;
}

/** Its options are its children. */
export function SelectField(props: SelectFieldProps) {
  const [own, select] = splitProps(props, ["label", "hint", "children"]);
  const id = createUniqueId();
  return (
    <div class="min-w-0 space-y-1.5">
      <label for={id} class="block text-sm font-medium">
        {own.label}
      </label>
      <select {...select} id={id} aria-describedby={own.hint ? `${id}-hint` : undefined} class={controlClass}>
        {own.children}
      </select>
      <Show when={own.hint}>
        <p id={`${id}-hint`} class="text-sm text-muted">
          {own.hint}
        </p>
      </Show>
    </div>
  );
}

const looks = {
  primary: "bg-ink text-canvas hover:opacity-85",
  plain: "border border-line bg-surface hover:bg-raised",
  quiet: "text-muted hover:bg-raised hover:text-ink",
  danger: "border border-line bg-surface text-bad hover:bg-bad-soft",
  destroy: "bg-bad text-canvas hover:opacity-85",
} as const;

/** For links that look like buttons, too. */
export const buttonClass = (look: keyof typeof looks = "primary"): string =>
  `inline-flex h-9 shrink-0 items-center justify-center gap-1.5 rounded-lg px-3.5 text-sm font-medium whitespace-nowrap transition disabled:opacity-50 ${looks[look]}`;

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof looks;
}

export function Button(props: ButtonProps) {
  const [own, button] = splitProps(props, ["look", "class"]);
  return <button type="button" {...button} class={`${buttonClass(own.look)} ${own.class ?? ""}`} />;
}

/** Says what went wrong as soon as it does. Takes no room until then. */
export function FormError(props: { message: string | undefined }) {
  return (
    <div role="alert" class="empty:hidden">
      <Show when={props.message}>
        <p class="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad">{props.message}</p>
      </Show>
    </div>
  );
}
