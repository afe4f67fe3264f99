// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files as they are checked in. Tests run in the module's directory, which is theirs.
final class Checkout {

  static final Path DIRECTORY = Path.of("").toAbsolutePath();

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>brindle</artifactId>\\s*<version>([^<]+)</version>");

  private Checkout() {}

  static String read(String name) {
    try {
      return Files.readString(DIRECTORY.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Installation.Sources sources() {
    Matcher version = VERSION.matcher(read("pom.xml"));
    if (!version.find()) {
      throw new IllegalStateException("pom.xml has no version of its parent");
    }
    return new Installation.Sources(
        version.group(1), read("crds.yaml"), read("rbac-controllers.yaml"));
  }

  /// The objects of a text; nothing that is `null` in it.
  static List<ObjectNode> objects(String yaml) {
    List<ObjectNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      while (documents.hasNext()) {
        if (documents.next() instanceof ObjectNode object) {
          withoutNulls(object);
          objects.add(object);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(yaml, e);
    }
    return objects;
  }

  private static void withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    node.forEach(Checkout::withoutNulls);
  }

  static String name(JsonNode object) {
    return "%s/%s".formatted(object.path("kind").asText(), object.at("/metadata/name").asText());
  }
}
