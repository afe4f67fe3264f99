// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.kubernetes.ApiServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `kubectl brindle`, between two clusters: one has the pool `near`, the other `far`.
final class KubectlPluginTest {

  private static final String CRDS = "/apis/crd.projectcalico.org/v1/";

  @TempDir private Path directory;

  private final ApiServer near = new ApiServer();
  private final ApiServer far = new ApiServer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void clusters() throws IOException {
    for (Map.Entry<ApiServer, String> each : Map.of(near, "near", far, "far").entrySet()) {
      ApiServer server = each.getKey();
      server.create(
          CRDS + "ippools",
          "{\"metadata\": {\"name\": \"%s\"}, \"spec\": {\"cidr\": \"10.0.0.0/16\"}}"
              .formatted(each.getValue()));
      for (String namespace : new String[] {"default", "prod"}) {
        server.create(
            "/api/v1/namespaces", "{\"metadata\": {\"name\": \"%s\"}}".formatted(namespace));
        server.create(
            CRDS + "networkpolicies",
            "{\"metadata\": {\"name\": \"of-%1$s\", \"namespace\": \"%1$s\"}, \"spec\": {}}"
                .formatted(namespace));
      }
    }
    first = kubeconfig("first", near, "near", "prod");
    second = kubeconfig("second", far, "far", "");
  }

  @AfterEach
  void end() {
    near.close();
    far.close();
  }

  private Path kubeconfig(String file, ApiServer server, String context, String namespace)
      throws IOException {
    return Files.writeString(
        directory.resolve(file),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c-%1$s, cluster: {server: "%2$s"}}]
        users: [{name: u-%1$s, user: {}}]
        contexts: [{name: %1$s, context: {cluster: c-%1$s, user: u-%1$s, namespace: "%3$s"}}]
        current-context: %1$s
        """
            .formatted(context, server.url(), namespace));
  }

  private int run(Map<String, String> environment, String... args) {
    out.reset();
    err.reset();
    var world =
        new Surroundings(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            "kubectl-brindle");
    var stores = new KubectlPlugin(environment, directory.resolve("calicoctl.cfg"));
    return new Calicoctl(world, stores).execute(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /// Which cluster, and which namespace.
  @ParameterizedTest(name = "KUBECONFIG={0} kubectl brindle {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          FIRST         | get ippools                                | near      | far
          SECOND        | get ippools                                | far     | near
          FIRST         | get ippools --kubeconfig SECOND            | far     | near
          FIRST         | --kubeconfig SECOND get ippools            | far     | near
          FIRST:SECOND  | get ippools                                | near      | far
          SECOND:FIRST  | get ippools                                | far     | near
          FIRST:SECOND  | get ippools --context far                | far     | near
          FIRST:SECOND  | --context=far get ippools                | far     | near
          NONE:FIRST    | get ippools                                | near      | far
          FIRST         | get ippools -n other                       | near      | far
          FIRST         | get networkpolicies                        | of-prod   | of-default
          SECOND        | get networkpolicies                        | of-default | of-prod
          FIRST         | get networkpolicies -n default             | of-default | of-prod
          FIRST         | -n default get networkpolicies             | of-default | of-prod
          FIRST         | --namespace=default get networkpolicies    | of-default | of-prod
          FIRST         | get networkpolicies -A                     | of-default | nothing
          FIRST:SECOND  | get networkpolicies --context far        | of-default | of-prod
          """)
  void itIsWhereKubectlIs(String kubeconfig, String words, String shown, String notShown) {
    int exit = run(Map.of("KUBECONFIG", named(kubeconfig)), named(words).split(" ", -1));

    assertThat(exit).as(err()).isZero();
    assertThat(out()).containsPattern("(?m)\\b" + shown + "\\b").doesNotContain(notShown + " ");
  }

  private String named(String words) {
    return words
        .replace(":", File.pathSeparator)
        .replace("FIRST", first.toString())
        .replace("SECOND", second.toString())
        .replace("NONE", directory.resolve("none").toString());
  }

  /// kubectl does not know these, and would ask the cluster of the kubeconfig.
  @Test
  void whatIsConfiguredForOthersDoesNotLeadElsewhere() {
    Map<String, String> environment = new HashMap<>();
    environment.put("KUBECONFIG", first.toString());
    environment.put("K8S_API_ENDPOINT", far.url());
    environment.put("K8S_CURRENT_CONTEXT", "far");
    environment.put("CALICO_KUBECONFIG", second.toString());

    assertThat(run(environment, "get", "ippools")).as(err()).isZero();
    assertThat(out()).contains("near ").doesNotContain("far ");

    environment.put("DATASTORE_TYPE", "etcdv3");
    assertThat(run(environment, "get", "ippools")).isEqualTo(1);
    assertThat(err())
        .startsWith(
            "DATASTORE_TYPE names a datastore of type etcdv3, and kubectl brindle works on");
  }

  @Test
  void aDefaultConfigurationOfAnotherStoreIsNamed() throws IOException {
    String head = "apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nspec: ";
    Path file = directory.resolve("calicoctl.cfg");
    Files.writeString(file, head + "{etcdEndpoints: 'http://127.0.0.1:1'}\n");

    assertThat(run(Map.of("KUBECONFIG", first.toString()), "get", "ippools")).isEqualTo(1);
    assertThat(err()).startsWith(file + " names a datastore of type etcdv3, and kubectl brindle");

    Path named =
        Files.writeString(
            directory.resolve("named.cfg"),
            head + "{datastoreType: kubernetes, kubeconfig: %s}\n".formatted(second));
    assertThat(
            run(Map.of("KUBECONFIG", first.toString()), "get", "ippools", "-c", named.toString()))
        .as(err())
        .isZero();
    assertThat(out()).contains("far ");
  }

  @Test
  void helpIsForWhoTypesKubectl() {
    assertThat(run(Map.of(), "get", "--help")).isZero();
    assertThat(out()).startsWith("Usage: kubectl brindle get ");
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out()).startsWith("Usage: kubectl brindle ");
  }

  @Test
  void whatIsMissingIsNamed() {
    Map<String, String> environment = Map.of("KUBECONFIG", first.toString());
    assertThat(run(environment, "get", "ippools", "--context", "x")).isEqualTo(1);
    assertThat(err()).contains("has no context 'x'");
    assertThat(run(environment, "get", "ippools", "--kubeconfig", named("NONE"))).isEqualTo(1);
    assertThat(err()).contains("cannot be read");
    assertThat(run(Map.of("KUBECONFIG", named("NONE:NONE")), "get", "ippools")).isEqualTo(1);
    assertThat(err()).contains("none of the kubeconfigs");
  }
}
