// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptFieldsTest {

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode)
        JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.json.JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(com.fasterxml.jackson.core.json.JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build()
            .readTree(text);
  }

  private static Resource policy(ObjectNode spec) {
    ObjectNode tree = spec.objectNode();
    tree.putObject("metadata").put("name", "p");
    tree.set("spec", spec);
    return ResourceCodec.readStored(ResourceKind.GLOBAL_NETWORK_POLICY, tree);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nothing unknown          | {order: 1}                                       | {order: 2}                                       | {order: 2}
          a field of the spec      | {order: 1, x: [1]}                               | {order: 2}                                       | {order: 2, x: [1]}
          what we know is removed  | {order: 1, x: 1}                                 | {}                                               | {x: 1}
          in a rule                | {ingress: [{action: 'Deny', x: 1}]}              | {order: 2, ingress: [{action: 'Deny'}]}          | {order: 2, ingress: [{action: 'Deny', x: 1}]}
          in a part of a rule      | {ingress: [{action: 'Deny', source: {x: 1}}]}    | {ingress: [{action: 'Deny'}]}                    | {ingress: [{action: 'Deny', source: {x: 1}}]}
          in a part that goes      | {ingress: [{action: 'Deny', http: {x: 1, methods: ['GET']}}]} | {ingress: [{action: 'Deny'}]}       | {ingress: [{action: 'Deny'}]}
          in a rule that moves     | {ingress: [{action: 'Deny', x: 1}]}              | {ingress: [{action: 'Allow'}, {action: 'Deny'}]} | {ingress: [{action: 'Allow'}, {action: 'Deny', x: 1}]}
          rules change places      | {ingress: [{action: 'Deny', x: 1}, {action: 'Allow', x: 2}]} | {ingress: [{action: 'Allow'}, {action: 'Deny'}]} | {ingress: [{action: 'Allow', x: 2}, {action: 'Deny', x: 1}]}
          in a rule that changes   | {ingress: [{action: 'Deny', x: 1}]}              | {ingress: [{action: 'Allow'}]}                   | {ingress: [{action: 'Allow', x: 1}]}
          in a rule that goes      | {ingress: [{action: 'Deny', x: 1}, {action: 'Allow'}]} | {ingress: [{action: 'Allow'}]}             | {ingress: [{action: 'Allow'}]}
          rules that say the same  | {ingress: [{action: 'Deny', x: 1}, {action: 'Deny', x: 2}]} | {ingress: [{action: 'Deny'}, {action: 'Deny'}]} | {ingress: [{action: 'Deny', x: 1}, {action: 'Deny', x: 2}]}
          an annotation that goes  | {ingress: [{action: 'Deny', metadata: {annotations: {a: 'b'}}}]} | {ingress: [{action: 'Deny', metadata: {annotations: {c: 'd'}}}]} | {ingress: [{action: 'Deny', metadata: {annotations: {c: 'd'}}}]}
          """)
  void keeps(String story, String before, String wanted, String expected) throws IOException {
    ObjectNode stored = json(before);
    ObjectNode written = (ObjectNode) ResourceCodec.tree(policy(json(wanted))).get("spec");

    KeptFields.keep(written, stored, policy(stored), "spec");

    assertThat(json(normal(written).toString())).isEqualTo(normal(json(expected)));
  }

  /// Without what our records always write.
  private static ObjectNode normal(ObjectNode spec) {
    spec.remove("tier");
    for (var rule : spec.path("ingress")) {
      for (String part : new String[] {"source", "destination"}) {
        if (rule.path(part).isEmpty()) {
          ((ObjectNode) rule).remove(part);
        }
      }
    }
    return spec;
  }
}
