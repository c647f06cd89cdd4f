// API Gateway's HTTP APIs of the laptop cloud: each API of the templates gets a listener of its own.
import type { ResourceContext, ResourceProviders } from "../cloudformation/provider.ts";
import { stableId } from "../cloudformation/stable-id.ts";
import type { Functions } from "../lambda/functions.ts";
import { AwsError } from "../protocol.ts";
import { parseApi, parseAuthorizer, parseIntegration, parseRoute, parseStage } from "./api-resources.ts";
import { openApiServer, type ApiServer } from "./api-server.ts";
import { createAuthorization } from "./authorization.ts";
import { createRequestHandler, type HttpApi } from "./request-handler.ts";

export interface HttpApisDeps {
  functions: Pick<Functions, "invoke">;
  clock: () => number;
  /** The port for an API, by its name; 0 takes a free one. */
  listen: (apiName: string) => number | Promise<number>;
  /** `127.0.0.1` */
  host: string;
  /** Why an API answered 500 or 503: a function that failed, a permission that is missing. */
  onLog?: (log: { apiName: string; line: string }) => void;
  /** Functions are given so many times as long as AWS gives them. Default 1. */
  patience?: number;
}

export interface HttpApis {
  /** Api, Stage, Integration, Route and Authorizer of AWS::ApiGatewayV2. */
  providers: ResourceProviders;
  /** Where an API listens, as its ApiEndpoint. @throws AwsError `NotFoundException` */
  url: (apiId: string) => string;
  listApis: () => { id: string; name: string; accountId: string; url: string }[];
  close: () => Promise<void>;
}

interface RunningApi {
  api: HttpApi;
  server: ApiServer;
}

export function createHttpApis({ functions, clock, listen, host, onLog, patience = 1 }: HttpApisDeps): HttpApis {
  const running = new Map<string, RunningApi>();

  const getApi = (apiId: string): RunningApi => {
    const found = running.get(apiId);
    if (!found) throw new AwsError("NotFoundException", `Invalid API identifier specified: ${apiId}`, { status: 404 });
    return found;
  };

  const open = async (api: HttpApi): Promise<ApiServer> => {
    const log = (line: string) => onLog?.({ apiName: api.name, line });
    const handle = createRequestHandler(api, {
      functions,
      patience,
      onError: ({ method, path }, error) => log(`${method} ${path}: ${String(error)}`),
    });
    return openApiServer({ host, port: await listen(api.name), clock, handle, onError: (error) => log(String(error)) });
  };

  const idOf = ({ accountId, region, generatedName }: ResourceContext, length: number) =>
    stableId(`${accountId}/${region}/${generatedName}`, length);

  const providers: ResourceProviders = {
    "AWS::ApiGatewayV2::Api": {
      create: async (properties, context) => {
        const { name, cors } = parseApi(properties);
        const id = idOf(context, 10);
        const existing = running.get(id);
        if (existing) Object.assign(existing.api, { name, cors });
        else {
          const api: HttpApi = {
            id,
            name,
            accountId: context.accountId,
            region: context.region,
            cors,
            stage: undefined,
            routes: new Map(),
            integrations: new Map(),
            authorizers: new Map(),
          };
          running.set(id, { api, server: await open(api) });
        }
        return { ref: id, attributes: { ApiId: id, ApiEndpoint: getApi(id).server.url } };
      },
      delete: async ({ ref }) => {
        const { server } = getApi(ref);
        running.delete(ref);
        await server.close();
      },
    },
    "AWS::ApiGatewayV2::Stage": {
      create: (properties) => {
        const { apiId, name, variables } = parseStage(properties);
        getApi(apiId).api.stage = { name, variables };
        return { ref: name, attributes: {} };
      },
    },
    "AWS::ApiGatewayV2::Integration": {
      create: (properties, context) => {
        const integration = parseIntegration(properties);
        const id = idOf(context, 7);
        getApi(integration.apiId).api.integrations.set(id, integration);
        return { ref: id, attributes: { IntegrationId: id } };
      },
      delete: ({ ref }) => {
        for (const { api } of running.values()) api.integrations.delete(ref);
      },
    },
    "AWS::ApiGatewayV2::Route": {
      create: (properties, context) => {
        const route = parseRoute(properties, idOf(context, 7));
        getApi(route.apiId).api.routes.set(route.id, route);
        return { ref: route.id, attributes: { RouteId: route.id } };
      },
      delete: ({ ref }) => {
        for (const { api } of running.values()) api.routes.delete(ref);
      },
    },
    "AWS::ApiGatewayV2::Authorizer": {
      create: (properties, context) => {
        const authorizer = parseAuthorizer(properties, idOf(context, 6));
        const authorize = createAuthorization(authorizer, clock);
        getApi(authorizer.apiId).api.authorizers.set(authorizer.id, { authorizer, authorize });
        return { ref: authorizer.id, attributes: { AuthorizerId: authorizer.id } };
      },
      delete: ({ ref }) => {
        for (const { api } of running.values()) api.authorizers.delete(ref);
      },
    },
  };

  return {
    providers,
    url: (apiId) => getApi(apiId).server.url,
    listApis: () =>
      [...running.values()].map(({ api, server }) => ({
        id: api.id,
        name: api.name,
        accountId: api.accountId,
        url: server.url,
      })),
    close: async () => {
      await Promise.all([...running.values()].map(({ server }) => server.close()));
      running.clear();
    },
  };
}
