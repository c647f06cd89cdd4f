// What must never be lost: the Ledger, the Directory and the secrets that belong to them; and the contents of mail.
import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
  type TablePropsV2,
} from "aws-cdk-lib/aws-dynamodb";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { addressSecretDescription } from "../../shared/contract/address-secret.ts";

const tableDefaults = {
  partitionKey: { name: "pk", type: AttributeType.STRING },
  sortKey: { name: "sk", type: AttributeType.STRING },
  billing: Billing.onDemand(),
  encryption: TableEncryptionV2.awsManagedKey(),
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  timeToLiveAttribute: "expiresAtSeconds",
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies TablePropsV2;

export class DataStack extends Stack {
  /** Outcomes, their events, and every projection of them. */
  readonly ledger: TableV2;
  /** Tenants, connections, API keys, suppressions. */
  readonly directory: TableV2;
  /** What was sent, for tenants that keep it. Nothing depends on it, and what is deleted there is to be gone: no backups. */
  readonly contents: TableV2;
  readonly cursorSecret: Secret;
  readonly addressSecret: Secret;
  readonly unsubscribeSecret: Secret;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.ledger = new TableV2(this, "Ledger", {
      ...tableDefaults,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: [
        {
          indexName: "gsi1",
          partitionKey: { name: "gsi1pk", type: AttributeType.STRING },
          sortKey: { name: "gsi1sk", type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.directory = new TableV2(this, "Directory", tableDefaults);
    this.contents = new TableV2(this, "Contents", {
      ...tableDefaults,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    });
    this.cursorSecret = new Secret(this, "CursorSecret", {
      description: "Key that seals page cursors",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    this.addressSecret = new Secret(this, "AddressSecret", {
      description: addressSecretDescription,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.unsubscribeSecret = new Secret(this, "UnsubscribeSecret", {
      description: "Keys of unsubscribe links, by number: add one to change keys, and keep the others, or links die",
      generateSecretString: {
        secretStringTemplate: "{}",
        generateStringKey: "1",
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
