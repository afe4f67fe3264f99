// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.label.Selector;
import dev.brindle.api.resource.LiveMigration;
import dev.brindle.api.resource.LiveMigration.Source;
import dev.brindle.api.resource.LiveMigration.Target;
import dev.brindle.api.resource.LiveMigration.Workload;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualMachineMovesTest {

  private static final ObjectLayout MOVES =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.LIVE_MIGRATION).getFirst();

  private static Optional<LiveMigration> read(String uid, String spec, String status) {
    String object =
        """
        {"metadata":{"name":"m","namespace":"ns","uid":"%s","resourceVersion":"5",
        "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"a":"b"},"annotations":{"c":"d"}},
        "spec":%s,"status":%s}"""
            .formatted(uid, spec, status);
    return MOVES.read(Json.object(object).orElseThrow()).resource().map(LiveMigration.class::cast);
  }

  @Test
  void aPodMovesToTheOneThatIsMadeForIt() {
    LiveMigration migration =
        read(
                "u-1",
                "{\"vmiName\":\"vm\"}",
                "{\"phase\":\"Running\",\"migrationState\":{\"sourcePod\":\"virt-launcher-vm-x\"}}")
            .orElseThrow();

    String selector =
        "(vmi.kubevirt.io/id == 'vm' || vm.kubevirt.io/name == 'vm')"
            + " && kubevirt.io/migrationJobUID == 'u-1'";
    assertThat(migration)
        .isEqualTo(
            new LiveMigration(
                Metadata.named("ns", "m")
                    .withLabels(Map.of("a", "b"))
                    .withAnnotations(Map.of("c", "d"))
                    .withIdentity("5", "u-1", "2026-01-01T00:00:00Z"),
                new LiveMigration.Spec(
                    Optional.of(
                        new Source(
                            Optional.of(new Workload("", "k8s", "ns/virt-launcher-vm-x")),
                            Optional.empty())),
                    Optional.of(new Target(Optional.of(selector), Optional.empty())))));
    assertThat(
            Selector.parse(selector)
                .matches(Map.of("vm.kubevirt.io/name", "vm", "kubevirt.io/migrationJobUID", "u-1")))
        .isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          Pending, false
          Scheduling, true
          Scheduled, true
          PreparingTarget, true
          TargetReady, true
          Running, true
          Failed, true
          Succeeded, false
          WaitingForSync, false
          Synchronizing, false
          '', false
          """)
  void onlyWhileItIsUnderWay(String phase, boolean isUnderWay) {
    Optional<LiveMigration> migration =
        read("u", "{\"vmiName\":\"vm\"}", "{\"phase\":\"%s\"}".formatted(phase));

    assertThat(migration.isPresent()).isEqualTo(isUnderWay);
    assertThat(migration.flatMap(each -> each.spec().source())).isEmpty();
  }

  @Test
  void nothingCanBeToldApartWithoutAMachineOrAnIdentity() {
    assertThat(read("", "{\"vmiName\":\"vm\"}", "{\"phase\":\"Running\"}")).isEmpty();
    assertThat(read("u", "{}", "{\"phase\":\"Running\"}")).isEmpty();
    assertThatThrownBy(() -> read("u", "{\"vmiName\":\"' || all()\"}", "{\"phase\":\"Running\"}"))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining("spec.vmiName")
        .hasMessageContaining("' || all()");
  }
}
