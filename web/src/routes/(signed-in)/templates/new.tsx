import { useNavigate } from "@solidjs/router";
import { Page } from "../../../components/page.tsx";
import { TemplateEditor } from "../../../components/templates/template-editor.tsx";

export default function NewTemplate() {
  const navigate = useNavigate();
  return (
    <Page title="New template">
      <TemplateEditor onSaved={({ templateId }) => navigate(`/templates/${templateId}`)} />
    </Page>
  );
}
