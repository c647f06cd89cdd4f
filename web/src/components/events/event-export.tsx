// The events that the filters let through, as a file.
import { type EventFilter, exportEvents } from "../../lib/api.ts";
import { FileExport } from "../file-export.tsx";

export function EventExport(props: { filter: EventFilter }) {
  const begin = () => {
    const { filter } = props;
    return (part: Parameters<typeof exportEvents>[1]) => exportEvents(filter, part);
  };
  return <FileExport name="events" begin={begin} />;
}
