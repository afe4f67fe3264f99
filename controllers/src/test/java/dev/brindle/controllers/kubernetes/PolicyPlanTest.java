// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyPlanTest {

  /// @param text `NAMESPACE/NAME=LABEL`: it selects pods that have the label
  private static NetworkPolicy policy(String text) {
    String[] parts = text.strip().split("[/=]", -1);
    return (NetworkPolicy)
        ResourceCodec.readStored(
            ResourceKind.NETWORK_POLICY,
            """
            {"metadata":{"namespace":"%s","name":"%s","uid":"u","resourceVersion":"7"},
             "spec":{"tier":"default","order":1000,"selector":"has(%s)","types":["Ingress"]}}"""
                .formatted(parts[0], parts[1], parts[2]));
  }

  private static List<NetworkPolicy> policies(@Nullable String texts) {
    return texts == null
        ? List.of()
        : Arrays.stream(texts.split(",", -1)).map(PolicyPlanTest::policy).toList();
  }

  private static String text(Collection<NetworkPolicy> policies) {
    return policies.stream()
        .map(
            it ->
                "%s/%s=%s"
                    .formatted(
                        it.metadata().namespace(),
                        it.metadata().name(),
                        it.spec().selector().replaceAll("has\\((.*)\\)", "$1")))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | Kubernetes                           | stored                               | unread            | create                | update               | remove
          nothing                     |                                      |                                      |                   |                       |                      |
          a new one                   | a/knp.default.p=x                    |                                      |                   | a/knp.default.p=x     |                      |
          as it is                    | a/knp.default.p=x                    | a/knp.default.p=x                    |                   |                       |                      |
          changed                     | a/knp.default.p=x                    | a/knp.default.p=y                    |                   |                       | a/knp.default.p=x    |
          gone                        |                                      | a/knp.default.p=y                    |                   |                       |                      | a/knp.default.p=y
          another namespace's         | b/knp.default.p=x                    | a/knp.default.p=x                    |                   | b/knp.default.p=x     |                      | a/knp.default.p=x
          people's own                | a/mine=x                             | a/other=y                            |                   |                       |                      |
          nearly of that name         |                                      | a/knp.defaultp=y, a/default.knp=z    |                   |                       |                      |
          nobody can read it any more |                                      | a/knp.default.p=y, a/knp.default.q=y | a/knp.default.p=- |                       |                      | a/knp.default.q=y
          """)
  void plans(
      String story,
      @Nullable String kubernetes,
      @Nullable String stored,
      @Nullable String unread,
      @Nullable String create,
      @Nullable String update,
      @Nullable String remove) {
    Set<ResourceKey> hidden =
        policies(unread == null ? null : unread.replace("=-", "=x")).stream()
            .map(NetworkPolicy::key)
            .collect(Collectors.toSet());
    PolicyPlan plan = PolicyPlan.between(policies(kubernetes), policies(stored), hidden);

    assertThat(text(plan.create())).isEqualTo(create == null ? "" : create);
    assertThat(text(plan.update())).isEqualTo(update == null ? "" : update);
    assertThat(text(plan.remove())).isEqualTo(remove == null ? "" : remove);
    assertThat(plan.create())
        .allSatisfy(
            made ->
                assertThat(made.metadata())
                    .isEqualTo(
                        Metadata.named(made.metadata().namespace(), made.metadata().name())));
    assertThat(plan.update())
        .allSatisfy(changed -> assertThat(changed.metadata().resourceVersion()).isEqualTo("7"));
  }
}
