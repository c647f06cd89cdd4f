// Says in one line what is missing before a command fails in a way nobody can read.
// Plain JavaScript without dependencies: it must run on any Node, before and after the install.
const installing = process.argv.includes("--install");
const wanted = installing ? 20 : 24;
const major = Number(process.versions.node.split(".")[0]);

if (major < wanted) {
  const hint = installing
    ? "SESami needs Node 20 or newer to install."
    : "SESami runs on Node 24 or newer. `npm ci` brings one for Linux and Windows; on other systems install it, then try again.";
  console.error(`${hint} This is Node ${process.versions.node}.`);
  process.exit(1);
}
