// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamespaceRulesTest {

  @ParameterizedTest(name = "{0} -n {1} -A {2} document {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind        | -n | -A    | document | result
          NETWORK_POLICY | a | true  |          | error cannot use both --namespace and --all-namespaces flags at the same time
          NETWORK_POLICY | a | false |          | a
          NETWORK_POLICY |   | true  |          |
          NETWORK_POLICY |   | true  | b        |
          NETWORK_POLICY |   | false |          | default
          NETWORK_POLICY |   | false | b        | b
          NETWORK_POLICY | b | false | b        | b
          NETWORK_POLICY | a | false | b        | error resource namespace does not match client namespace. b != a
          IP_POOL        |   | false |          |
          IP_POOL        |   | false | b        | error namespace should not be specified for a non-namespaced resource. IPPool is not a namespaced resource
          IP_POOL        | a | false |          | error IPPool is not namespaced
          IP_POOL        |   | true  |          | error IPPool is not namespaced
          """)
  void resolves(
      ResourceKind kind,
      @Nullable String flag,
      boolean isAll,
      @Nullable String document,
      @Nullable String expected) {
    assertThat(
            resolve(new NamespaceRules(text(flag), isAll, Optional.empty()), kind, text(document)))
        .isEqualTo(text(expected));
  }

  /// kubectl's users are in the namespace of their context, and may say one where there is none.
  @ParameterizedTest(name = "{0} -n {1} -A {2} document {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NETWORK_POLICY |   | false |          | prod
          NETWORK_POLICY |   | false | b        | b
          NETWORK_POLICY | a | false |          | a
          NETWORK_POLICY | a | false | b        | error resource namespace does not match client namespace. b != a
          NETWORK_POLICY |   | true  |          |
          IP_POOL        | a | false |          |
          IP_POOL        |   | true  |          |
          """)
  void resolvesForKubectl(
      ResourceKind kind,
      @Nullable String flag,
      boolean isAll,
      @Nullable String document,
      @Nullable String expected) {
    var rules = new NamespaceRules(text(flag), isAll, Optional.of("prod"));

    assertThat(resolve(rules, kind, text(document))).isEqualTo(text(expected));
  }

  private static String resolve(NamespaceRules rules, ResourceKind kind, String document) {
    try {
      return rules.resolve(kind, document);
    } catch (ClientException e) {
      return "error " + e.getMessage();
    }
  }

  private static String text(@Nullable String cell) {
    return cell == null ? "" : cell;
  }
}
