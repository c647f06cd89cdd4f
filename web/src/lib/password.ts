// What the user pool asks of a password, in words.
export const passwordHint = "At least 12 characters, with upper case, lower case and a digit.";
