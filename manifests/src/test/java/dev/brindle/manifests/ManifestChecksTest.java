// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.cni.install.InstallVariables;
import dev.brindle.controllers.ControllersVariables;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.node.NodeVariables;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What would only show when a manifest is applied, or worse, when a node starts.
class ManifestChecksTest {

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Stream.of(
              ClusterRole.class,
              ClusterRoleBinding.class,
              ConfigMap.class,
              CustomResourceDefinition.class,
              DaemonSet.class,
              Deployment.class,
              NetworkPolicy.class,
              PodDisruptionBudget.class,
              Role.class,
              RoleBinding.class,
              Secret.class,
              ServiceAccount.class)
          .collect(Collectors.toMap(Class::getSimpleName, type -> type));

  /// The classes would keep fields that they do not know, for those who send them on.
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new NothingElse())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final class NothingElse extends JacksonAnnotationIntrospector {

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  private static final Map<String, SortedSet<String>> READ =
      Map.of(
          "install-cni", InstallVariables.all(),
          "brindle-node", NodeVariables.all(),
          "brindle-controllers", ControllersVariables.all());

  private static final Pattern OFFER = Pattern.compile("(?m)^ *# - name: ([A-Z0-9_]+)$");

  private static List<ObjectNode> objects(Flavour flavour) {
    return Checkout.objects(Checkout.read(flavour.file()));
  }

  private static Stream<ObjectNode> workloads(Flavour flavour) {
    return objects(flavour).stream()
        .filter(each -> each.at("/spec/template/spec/containers").isArray());
  }

  private static JsonNode pod(JsonNode workload) {
    return workload.at("/spec/template/spec");
  }

  private static List<JsonNode> containers(JsonNode workload) {
    return Stream.of("initContainers", "containers")
        .flatMap(field -> StreamSupport.stream(pod(workload).path(field).spliterator(), false))
        .toList();
  }

  private static Set<String> names(Collection<ObjectNode> objects, String kind) {
    return objects.stream()
        .filter(each -> each.path("kind").asText().equals(kind))
        .map(each -> each.at("/metadata/name").asText())
        .collect(Collectors.toSet());
  }

  // ---- the API's own rules

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void noFieldIsUnknown(Flavour flavour) throws JsonProcessingException {
    for (ObjectNode each : objects(flavour)) {
      Class<? extends HasMetadata> type = KINDS.get(each.path("kind").asText());
      assertThat(type).as(Checkout.name(each)).isNotNull();

      HasMetadata read = STRICT.treeToValue(each, type);

      assertThat(each.path("apiVersion").asText()).isEqualTo(HasMetadata.getApiVersion(type));
      assertThat(read.getMetadata().getName()).isNotEmpty();
    }
  }

  /// The check itself can fail.
  @Test
  void anUnknownFieldIsSeen() {
    ObjectNode daemon = workloads(Flavour.KUBERNETES).findFirst().orElseThrow();
    ((ObjectNode) pod(daemon)).put("hostNetworks", true);

    assertThatThrownBy(() -> STRICT.treeToValue(daemon, DaemonSet.class))
        .hasMessageContaining("hostNetworks");
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void nothingIsThereTwice(Flavour flavour) {
    assertThat(objects(flavour).stream().map(Checkout::name)).doesNotHaveDuplicates();
    workloads(flavour)
        .flatMap(each -> containers(each).stream())
        .forEach(
            each ->
                assertThat(each.path("env"))
                    .extracting(variable -> variable.path("name").asText())
                    .as(each.path("name").asText())
                    .doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void selectorsSelectTheirOwn(Flavour flavour) {
    List<JsonNode> labels =
        workloads(flavour).map(each -> each.at("/spec/template/metadata/labels")).toList();
    workloads(flavour)
        .forEach(
            each ->
                assertThat(each.at("/spec/selector/matchLabels"))
                    .as(Checkout.name(each))
                    .isEqualTo(each.at("/spec/template/metadata/labels")));
    objects(flavour).stream()
        .filter(
            each ->
                Set.of("PodDisruptionBudget", "NetworkPolicy").contains(each.path("kind").asText()))
        .forEach(
            each -> {
              JsonNode spec = each.path("spec");
              JsonNode selector =
                  spec.has("selector") ? spec.path("selector") : spec.path("podSelector");
              assertThat(labels).as(Checkout.name(each)).contains(selector.path("matchLabels"));
            });
    assertThat(labels.toString()).doesNotContain("calico");
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void whatIsReferredToIsThere(Flavour flavour) {
    List<ObjectNode> objects = objects(flavour);
    Set<String> accounts = names(objects, "ServiceAccount");
    Set<String> missing = new TreeSet<>();
    for (ObjectNode workload : workloads(flavour).toList()) {
      JsonNode pod = pod(workload);
      require(accounts, pod.path("serviceAccountName").asText(), missing);
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.has("secret")) {
          require(names(objects, "Secret"), volume.at("/secret/secretName").asText(), missing);
        }
      }
      Set<String> volumes = new TreeSet<>(pod.path("volumes").findValuesAsText("name"));
      Set<String> mounted = new TreeSet<>();
      for (JsonNode container : containers(workload)) {
        for (JsonNode mount : container.path("volumeMounts")) {
          mounted.add(mount.path("name").asText());
        }
        for (JsonNode key : container.path("env").findValues("configMapKeyRef")) {
          requireKey(objects, key, missing);
        }
      }
      assertThat(mounted).isEqualTo(volumes);
    }
    for (ObjectNode binding : objects) {
      if (binding.has("roleRef")) {
        JsonNode role = binding.path("roleRef");
        require(names(objects, role.path("kind").asText()), role.path("name").asText(), missing);
        for (JsonNode subject : binding.path("subjects")) {
          require(accounts, subject.path("name").asText(), missing);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static void require(Set<String> there, String name, Set<String> missing) {
    if (!there.contains(name)) {
      missing.add("'%s' is none of %s".formatted(name, there));
    }
  }

  private static void requireKey(List<ObjectNode> objects, JsonNode key, Set<String> missing) {
    boolean isThere =
        objects.stream()
            .filter(each -> Checkout.name(each).equals("ConfigMap/" + key.path("name").asText()))
            .anyMatch(each -> each.path("data").has(key.path("key").asText()));
    if (!isThere && !key.path("optional").asBoolean()) {
      missing.add(key.toString());
    }
  }

  // ---- ours

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void variablesAreReadByTheirProgram(Flavour flavour) {
    for (ObjectNode workload : workloads(flavour).toList()) {
      for (JsonNode container : containers(workload)) {
        String name = container.path("name").asText();
        for (JsonNode variable : container.path("env")) {
          assertThat(READ.get(name)).as(name).contains(variable.path("name").asText());
        }
      }
    }
  }

  /// What stands there to be uncommented.
  @ParameterizedTest
  @EnumSource(Flavour.class)
  void offeredVariablesAreReadByTheirProgram(Flavour flavour) {
    List<String> unknown = new ArrayList<>();
    String container = "";
    for (String line : Checkout.read(flavour.file()).lines().toList()) {
      Matcher offered = OFFER.matcher(line);
      if (READ.containsKey(line.replaceFirst("^ *name: ", ""))) {
        container = line.replaceFirst("^ *name: ", "");
      } else if (offered.matches()) {
        // a container's name comes after its environment
        String name = offered.group(1);
        if (READ.values().stream().noneMatch(read -> read.contains(name))) {
          unknown.add("%s after %s".formatted(name, container));
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void imagesAreOfThisVersion(Flavour flavour) {
    String image = Checkout.sources().image();
    assertThat(image).doesNotEndWith(":").doesNotEndWith(":latest");
    for (ObjectNode workload : workloads(flavour).toList()) {
      for (JsonNode container : containers(workload)) {
        assertThat(container.path("image").asText()).isEqualTo(image);
      }
    }
  }

  @Test
  void portsAreThoseOfTheCode() {
    assertThat(NodeDaemon.HEALTH_PORT).isEqualTo(Parameters.HEALTH_PORT.fallback());
    assertThat(ControllersVariables.HEALTH_PORT).isEqualTo(ControllersDeployment.HEALTH_PORT);
    assertThat(ControllersVariables.METRICS_PORT).isEqualTo(ControllersDeployment.METRICS_PORT);
  }

  /// Nothing more than decision 9 says.
  @ParameterizedTest
  @EnumSource(Flavour.class)
  void nobodyIsPrivileged(Flavour flavour) {
    for (ObjectNode workload : workloads(flavour).toList()) {
      assertThat(pod(workload).has("hostPID")).isFalse();
      for (JsonNode container : containers(workload)) {
        JsonNode security = container.path("securityContext");
        assertThat(security.has("privileged")).isFalse();
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        Set<String> added = new HashSet<>();
        security.at("/capabilities/add").forEach(each -> added.add(each.asText()));
        assertThat(added).isSubsetOf("DAC_OVERRIDE", "NET_ADMIN", "NET_BIND_SERVICE", "SYS_ADMIN");
        assertThat(container.at("/resources/requests/memory").isTextual()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void rightsNameEachVerbAndResource(Flavour flavour) {
    for (ObjectNode each : objects(flavour)) {
      assertThat(each.path("rules").toString()).doesNotContain("*").doesNotContain("secrets");
    }
  }
}
