// A text to search by: taken with Enter or on leaving the field, and at once when it is cleared.
import { controlClass } from "./form.tsx";
import { Icon } from "./icon.tsx";

interface SearchFieldProps {
  name: string;
  label: string;
  placeholder: string;
  value: string | undefined;
  /** Trimmed; undefined when there is nothing to search by. */
  onSearch: (text: string | undefined) => void;
  class?: string;
}

export function SearchField(props: SearchFieldProps) {
  const search = (text: string) => props.onSearch(text.trim() || undefined);
  return (
    <form class={`relative min-w-0 ${props.class ?? ""}`} onSubmit={(event) => event.preventDefault()}>
      <Icon name="search" class="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
      <input
        class={`${controlClass} pl-9`}
        type="search"
        name={props.name}
        autocomplete="off"
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.value ?? ""}
        onChange={(event) => search(event.currentTarget.value)}
        onInput={(event) => event.currentTarget.value === "" && search("")}
      />
    </form>
  );
}
