// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.LiveMigration;
import dev.brindle.api.resource.LiveMigration.Source;
import dev.brindle.api.resource.LiveMigration.Target;
import dev.brindle.api.resource.LiveMigration.Workload;
import dev.brindle.api.resource.Metadata;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// KubeVirt's VirtualMachineInstanceMigrations as LiveMigrations.
final class VirtualMachineMoves {

  /// From when there may be a pod for the target. Calico counts what has failed as under way, and
  /// what is done not.
  private static final Set<String> UNDER_WAY =
      Set.of("Scheduling", "Scheduled", "PreparingTarget", "TargetReady", "Running", "Failed");

  private VirtualMachineMoves() {}

  /// Empty before it has begun and after it has ended well.
  ///
  /// @throws IllegalArgumentException if no selector can name the machine
  static Optional<LiveMigration> read(ObjectNode object) {
    String machine = Json.text(object.path("spec"), "vmiName");
    String uid = Json.text(object.path("metadata"), "uid");
    boolean isUnderWay = UNDER_WAY.contains(Json.text(object.path("status"), "phase"));
    if (!isUnderWay || machine.isEmpty() || uid.isEmpty()) {
      return Optional.empty();
    }
    if (machine.contains("'")) {
      throw new IllegalArgumentException(
          "spec.vmiName: \"%s\" is the name of no virtual machine".formatted(machine));
    }
    var target = new Target(Optional.of(selector(machine, uid)), Optional.empty());
    return Optional.of(
        new LiveMigration(
            metadata(object), new LiveMigration.Spec(source(object), Optional.of(target))));
  }

  /// Of the target's pod, which has one of two labels with the machine's name: older versions of
  /// KubeVirt give only the second.
  private static String selector(String machine, String uid) {
    return "(vmi.kubevirt.io/id == '%1$s' || vm.kubevirt.io/name == '%1$s')".formatted(machine)
        + " && kubevirt.io/migrationJobUID == '%s'".formatted(uid);
  }

  /// KubeVirt says late which pod it is.
  private static Optional<Source> source(ObjectNode object) {
    String pod = Json.text(object.path("status").path("migrationState"), "sourcePod");
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    String workload = ObjectName.of(object).namespace() + "/" + pod;
    return Optional.of(
        new Source(
            Optional.of(new Workload("", LiveMigration.KUBERNETES, workload)), Optional.empty()));
  }

  private static Metadata metadata(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    Function<String, String> text = field -> Json.text(metadata, field);
    return Metadata.named(text.apply("namespace"), text.apply("name"))
        .withLabels(Json.texts(metadata.path("labels")))
        .withAnnotations(Json.texts(metadata.path("annotations")))
        .withIdentity(
            text.apply("resourceVersion"), text.apply("uid"), text.apply("creationTimestamp"));
  }
}
