export default function Home() {
  return <h1>SESami</h1>;
}
