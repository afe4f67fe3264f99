// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// kubectl and a real API server take what is checked in, where they are at hand.
class AppliedManifestsTest {

  private static ApiServer server;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path place) {
    directory = place;
    server = ApiServer.start(place);
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static String path(String name) {
    return Checkout.DIRECTORY.resolve(name).toString();
  }

  /// As people do it, twice, and gone again.
  @ParameterizedTest
  @EnumSource(Flavour.class)
  void aManifestIsTakenTwiceAndTakenBack(Flavour flavour) {
    String file = path(flavour.file());

    String first = server.kubectl("apply", "--validate=strict", "-f", file);
    String rehearsed = server.kubectl("apply", "--validate=strict", "--dry-run=server", "-f", file);
    String before = versions(file);
    String second = server.kubectl("apply", "--validate=strict", "-f", file);
    String after = versions(file);
    String removed = server.kubectl("delete", "--timeout=60s", "-f", file);

    int objects = Checkout.objects(Checkout.read(flavour.file())).size();
    assertThat(first.lines()).hasSize(objects).allMatch(line -> line.endsWith(" created"));
    assertThat(rehearsed.lines()).hasSize(objects);
    assertThat(after).isEqualTo(before);
    assertThat(second.lines())
        .hasSize(objects)
        // kubectl puts the selector of one in its place each time; it is the same
        .filteredOn(line -> !line.startsWith("poddisruptionbudget"))
        .allMatch(line -> line.endsWith(" unchanged"));
    assertThat(removed.lines()).hasSize(objects);
  }

  private static String versions(String file) {
    return server.kubectl(
        "get", "-f", file, "-o", "custom-columns=N:.metadata.name,G:.metadata.generation");
  }

  /// What `kubectl apply -k` would apply is the manifest.
  @ParameterizedTest
  @EnumSource(Flavour.class)
  void theOverlayIsTheManifest(Flavour flavour) {
    String directory =
        flavour == Flavour.KUBERNETES ? "kustomize/base" : "kustomize/overlays/" + flavour.word();

    String built = server.kubectl("kustomize", path(directory));

    assertThat(byName(built)).isEqualTo(byName(Checkout.read(flavour.file())));
  }

  private static Map<String, JsonNode> byName(String yaml) {
    Map<String, JsonNode> all = new TreeMap<>();
    Checkout.objects(yaml).forEach(each -> all.put(Checkout.name(each), each));
    return all;
  }

  /// kubectl has Go's templates, as Helm has: they read the chart's as our few lines do.
  @ParameterizedTest
  @EnumSource(Flavour.class)
  void goRendersTheChartAlike(Flavour flavour) throws IOException {
    String chart = "helm/brindle/";
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("apiVersion", "example.org/v1").put("kind", "Root");
    root.putObject("metadata").put("name", "root");
    root.putObject("Release").put("Namespace", "kube-system");
    ObjectNode values = Checkout.objects(Checkout.read(chart + "values.yaml")).getFirst();
    root.set("Values", values.put("variant", flavour.word()));
    Path file = Files.writeString(directory.resolve("root.json"), root.toString());

    String rendered =
        server.kubectl(
            "annotate",
            "--local",
            "--filename=" + file,
            "any=any",
            "--output=go-template-file="
                + path(chart + "templates/%s.yaml".formatted(flavour.word())));

    Map<String, JsonNode> manifest = byName(Checkout.read(flavour.file()));
    manifest.keySet().removeIf(name -> name.startsWith("CustomResourceDefinition/"));
    assertThat(byName(rendered)).isEqualTo(manifest);
  }

  @Test
  void theBaseIsTaken() {
    server.kubectl("apply", "--validate=strict", "-k", path("kustomize/base"));
    String removed = server.kubectl("delete", "--timeout=60s", "-k", path("kustomize/base"));

    assertThat(removed).contains("brindle-node").contains("ippools.crd.projectcalico.org");
  }
}
