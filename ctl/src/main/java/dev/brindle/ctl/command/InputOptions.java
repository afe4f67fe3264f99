// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.input.KindNames;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.ctl.input.NamespaceRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which resources are meant: those of a file, or a kind and names.
final class InputOptions {

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "File or directory with resources in YAML or JSON; - is standard input.")
  @Nullable String filename;

  @Option(
      names = {"-R", "--recursive"},
      description = "Read directories inside a directory too.")
  boolean isRecursive;

  @Option(names = "--skip-empty", description = "A file without resources is no error.")
  boolean skipsEmpty;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of the resources. Default: default.")
  String namespace = "";

  /// What the files hold, in their namespaces.
  ///
  /// @return may be empty only with `--skip-empty`
  List<Manifest> read(Manifests manifests, NamespaceRules rules) {
    String name = filename;
    if (name == null) {
      throw new ClientException("expected -f FILE, or a kind of resource and a name");
    }
    List<Manifest> resources =
        manifests.read(name, isRecursive).stream()
            .map(manifest -> inNamespace(manifest, rules))
            .toList();
    if (resources.isEmpty() && !skipsEmpty) {
      String place = Files.isDirectory(Path.of(name)) ? "directory" : "file";
      throw new ClientException("no resources specified in %s %s".formatted(place, name));
    }
    return resources;
  }

  private static Manifest inNamespace(Manifest manifest, NamespaceRules rules) {
    Resource resource = manifest.resource();
    try {
      String resolved = rules.resolve(resource.kind(), resource.metadata().namespace());
      return manifest.withResource(
          resource.withMetadata(resource.metadata().withNamespace(resolved)));
    } catch (ClientException e) {
      throw new ClientException("%s: %s".formatted(manifest, e.getMessage()));
    }
  }

  /// The kind that the first argument names.
  ///
  /// @throws ClientException if there is none, or a name is empty
  static ResourceKind kind(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new ClientException("expected -f FILE, or a kind of resource and a name");
    }
    if (arguments.subList(1, arguments.size()).stream().anyMatch(String::isEmpty)) {
      throw new ClientException("resource name may not be empty");
    }
    return KindNames.find(arguments.getFirst());
  }
}
