// How patient SESami is on a laptop, which is busy with other things, and may stand still for seconds.

/** Time limits, of functions and of what they call, are so many times those in AWS. */
export const laptopPatience = 10;
