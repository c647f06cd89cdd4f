// StartMessageMoveTask: what a dead-letter queue holds goes back to where it came from, or to a named queue.
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import type { QueueRegistry } from "./registry.ts";

interface MoveTask {
  TaskHandle: string;
  Status: "COMPLETED" | "FAILED";
  SourceArn: string;
  DestinationArn?: string;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  /** ms since the epoch */
  StartedTimestamp: number;
  FailureReason?: string;
}

/** The message goes back as a new one: new id, new age, no receive count. */
export function createMoveTasks(registry: QueueRegistry, clock: () => number) {
  const tasks: MoveTask[] = [];

  const moveAll = (sourceArn: string, destinationArn: string | undefined): number => {
    const { queue } = registry.getQueue(sourceArn);
    let moved = 0;
    for (const message of queue.messages().filter(({ visibleAtMs }) => visibleAtMs <= clock())) {
      const targetArn = destinationArn ?? message.deadLetterSourceArn;
      if (targetArn === undefined)
        throw new AwsError("CouldNotDetermineMessageSource", "A message has no source queue.");
      const { body, messageAttributes, senderId, traceHeader } = message;
      registry.getQueue(targetArn).queue.send({ body, messageAttributes, senderId, traceHeader });
      queue.removeById(message.messageId);
      moved += 1;
    }
    return moved;
  };

  return {
    /** Moves at once all that is visible. @throws AwsError `ResourceNotFoundException`, `InvalidParameterValue` */
    startMoveTask: (sourceArn: string, destinationArn?: string): MoveTask => {
      const all = registry.listQueues();
      if (!all.some(({ arn }) => arn === sourceArn))
        throw new AwsError(
          "ResourceNotFoundException",
          "The resource that you specified for SourceArn does not exist.",
        );
      if (!all.some(({ settings }) => settings.redrive?.deadLetterTargetArn === sourceArn))
        throw new AwsError("InvalidParameterValue", "Source queue must be configured as a dead-letter queue.");
      const task: MoveTask = {
        TaskHandle: randomUUID(),
        Status: "COMPLETED",
        SourceArn: sourceArn,
        ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: registry.getQueue(sourceArn).queue.counts().visible,
        StartedTimestamp: clock(),
      };
      tasks.unshift(task);
      try {
        task.ApproximateNumberOfMessagesMoved = moveAll(sourceArn, destinationArn);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        task.Status = "FAILED";
        task.FailureReason = error.code;
      }
      return task;
    },
    /** Newest first. */
    listMoveTasks: (sourceArn: string, max: number): MoveTask[] =>
      tasks.filter(({ SourceArn }) => SourceArn === sourceArn).slice(0, max),
  };
}

export type MoveTasks = ReturnType<typeof createMoveTasks>;
