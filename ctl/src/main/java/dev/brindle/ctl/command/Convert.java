// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.validation.Defaults;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.Checks;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.convert.Conversion;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `convert`.
@Command(
    name = "convert",
    description = "Print resources of Calico v1, or of Kubernetes, as resources of v3.")
public final class Convert implements Callable<Integer> {

  private final Surroundings world;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "File or directory with resources in YAML or JSON; - is standard input.")
  @Nullable String filename;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "yaml (default) or json.")
  String output = "yaml";

  @Option(
      names = "--ignore-validation",
      description = "Print what comes out, also if it could not be applied.")
  boolean ignoresValidation;

  public Convert(Surroundings world) {
    this.world = world;
  }

  @Override
  public Integer call() {
    boolean isJson =
        switch (output) {
          case "yaml", "yml" -> false;
          case "json" -> true;
          default -> throw new ClientException("unrecognized output format '%s'".formatted(output));
        };
    String name = filename;
    if (name == null) {
      throw new ClientException("expected -f FILE");
    }
    List<Resource> converted = new Manifests(world.in()).read(name, false, Conversion::read);
    if (converted.isEmpty()) {
      throw new ClientException("no resources specified in file " + name);
    }
    if (!ignoresValidation) {
      converted.forEach(Convert::validate);
    }
    world.out().print(isJson ? json(converted) : yaml(converted));
    return 0;
  }

  private static void validate(Resource resource) {
    try {
      Checks.alone(Defaults.fill(resource));
    } catch (ClientException e) {
      throw new ClientException(
          "%s: what it becomes is refused: %s; with --ignore-validation it is printed all the same"
              .formatted(resource.key(), e.getMessage()));
    }
  }

  private static String yaml(List<Resource> resources) {
    return resources.size() == 1
        ? ResourceCodec.yaml(resources.getFirst())
        : ResourceCodec.yaml(resources);
  }

  private static String json(List<Resource> resources) {
    return resources.size() == 1
        ? ResourceCodec.json(resources.getFirst())
        : ResourceCodec.json(resources);
  }
}
