// What the secret of erased addresses is known by: its name is CloudFormation's, so those who look for it go by its words.

export const addressSecretDescription =
  "Key that erased addresses are hashed with: without it nobody knows that they must not be mailed";
