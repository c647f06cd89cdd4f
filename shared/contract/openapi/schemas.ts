// The components of the document: every schema that it shows, by name. Words about their members: field-texts.ts.
import type * as v from "valibot";
import { createApiKeyRequest } from "../api/api-keys.ts";
import { exportBulkRecipientsQuery, listBulkRecipientsQuery, listBulksQuery, sendBulkRequest } from "../api/bulk.ts";
import { createConnectionRequest, verifyConnectionQuery } from "../api/connections.ts";
import { listEventsQuery } from "../api/events.ts";
import { exportEventsQuery } from "../api/export.ts";
import { attachment } from "../api/mail-attachments.ts";
import { sendMailRequest } from "../api/mail.ts";
import { exportRecipientQuery } from "../api/recipient-rights.ts";
import { exportRecipientMessagesQuery, recipientQuery } from "../api/recipients.ts";
import { emailChange, emailRequest } from "../api/resend.ts";
import { rescheduleRequest } from "../api/schedule.ts";
import { changeSettingsRequest } from "../api/settings.ts";
import { statsQuery } from "../api/stats.ts";
import {
  addSuppressionsRequest,
  exportSuppressionsQuery,
  listSuppressionsQuery,
  removeSuppressionQuery,
} from "../api/suppressions.ts";
import {
  changeTemplateRequest,
  createTemplateRequest,
  listTemplatesQuery,
  previewContentRequest,
  previewTemplateRequest,
  testTemplateRequest,
  templateQuery,
} from "../api/templates.ts";
import { bulkPage, bulkPreview, bulkRecipientPage, bulkRecipientView, bulkView } from "./views/bulk.ts";
import { connectionList, connectionView, verifyConnectionResponse } from "./views/connections.ts";
import { errorBody, refusal } from "./views/error.ts";
import { eventPage, eventView, messageView, recipientPage } from "./views/events.ts";
import { mailRefusal, mailView, recipientResult, refusedMailResponse, sendMailResponse } from "./views/mail.ts";
import { changedEmail, emailBatch, emailView, resendError, sentBatch, sentEmail } from "./views/resend.ts";
import { messageContentView } from "./views/contents.ts";
import { statsView } from "./views/stats.ts";
import { templatePage, templatePreview, templateVersionPage, templateView } from "./views/templates.ts";
import {
  addedSuppressions,
  apiKeyList,
  createdApiKey,
  dashboardConfig,
  erasureView,
  recipientExport,
  settingsView,
  suppressionPage,
} from "./views/tenant.ts";

export const schemas = {
  // Asked
  Attachment: attachment,
  SendMailRequest: sendMailRequest,
  SendBulkRequest: sendBulkRequest,
  ListBulksQuery: listBulksQuery,
  ListBulkRecipientsQuery: listBulkRecipientsQuery,
  ListEventsQuery: listEventsQuery,
  ExportEventsQuery: exportEventsQuery,
  ExportBulkRecipientsQuery: exportBulkRecipientsQuery,
  StatsQuery: statsQuery,
  RecipientQuery: recipientQuery,
  ExportRecipientQuery: exportRecipientQuery,
  ExportRecipientMessagesQuery: exportRecipientMessagesQuery,
  ListSuppressionsQuery: listSuppressionsQuery,
  ExportSuppressionsQuery: exportSuppressionsQuery,
  AddSuppressionsRequest: addSuppressionsRequest,
  RemoveSuppressionQuery: removeSuppressionQuery,
  CreateConnectionRequest: createConnectionRequest,
  VerifyConnectionQuery: verifyConnectionQuery,
  CreateApiKeyRequest: createApiKeyRequest,
  ChangeSettingsRequest: changeSettingsRequest,
  CreateTemplateRequest: createTemplateRequest,
  ChangeTemplateRequest: changeTemplateRequest,
  TemplateQuery: templateQuery,
  ListTemplatesQuery: listTemplatesQuery,
  PreviewTemplateRequest: previewTemplateRequest,
  PreviewContentRequest: previewContentRequest,
  TestTemplateRequest: testTemplateRequest,
  EmailRequest: emailRequest,
  EmailChange: emailChange,
  RescheduleRequest: rescheduleRequest,
  EmailBatch: emailBatch,
  // Answered
  Error: errorBody,
  Refusal: refusal,
  RecipientResult: recipientResult,
  SendMailResponse: sendMailResponse,
  RefusedMailResponse: refusedMailResponse,
  MailRefusal: mailRefusal,
  Mail: mailView,
  Bulk: bulkView,
  BulkPage: bulkPage,
  BulkPreview: bulkPreview,
  BulkRecipient: bulkRecipientView,
  BulkRecipientPage: bulkRecipientPage,
  Event: eventView,
  EventPage: eventPage,
  Message: messageView,
  RecipientPage: recipientPage,
  RecipientExport: recipientExport,
  Erasure: erasureView,
  Stats: statsView,
  SuppressionPage: suppressionPage,
  AddedSuppressions: addedSuppressions,
  Connection: connectionView,
  ConnectionList: connectionList,
  VerifyConnectionResponse: verifyConnectionResponse,
  ApiKeyList: apiKeyList,
  CreatedApiKey: createdApiKey,
  Settings: settingsView,
  MessageContent: messageContentView,
  Template: templateView,
  TemplatePage: templatePage,
  TemplateVersionPage: templateVersionPage,
  TemplatePreview: templatePreview,
  SentEmail: sentEmail,
  ChangedEmail: changedEmail,
  SentBatch: sentBatch,
  Email: emailView,
  ResendError: resendError,
  Config: dashboardConfig,
} as const satisfies Record<string, v.GenericSchema>;

export type SchemaName = keyof typeof schemas;
