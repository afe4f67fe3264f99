// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.datastore.DatastoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Several kubeconfigs in one variable, put together as kubectl does it: of two that say the same
/// the first counts, one that is not there is passed over, and a relative path begins at the file
/// it stands in.
final class KubeconfigList {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final long LONGEST = 10L * 1024 * 1024;
  private static final String CURRENT = "current-context";
  private static final List<String> LISTS = List.of("clusters", "users", "contexts");

  /// What is a path, below `cluster` or `user`.
  private static final List<String> PATHS =
      List.of("certificate-authority", "client-certificate", "client-key", "tokenFile");

  private KubeconfigList() {}

  /// @param list `/a/config:/b/config`
  /// @param context instead of the current one
  /// @return one kubeconfig, as JSON
  /// @throws DatastoreException if there is none, or one is none
  static String merged(String list, Optional<String> context) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("apiVersion", "v1").put("kind", "Config");
    int found = 0;
    for (String name : list.split(File.pathSeparator, -1)) {
      if (!name.isEmpty() && Files.exists(Path.of(name))) {
        add(all, Path.of(name).toAbsolutePath());
        found++;
      }
    }
    if (found == 0) {
      throw new DatastoreException("none of the kubeconfigs %s is there".formatted(list));
    }
    context.ifPresent(name -> all.put(CURRENT, name));
    return all.toString();
  }

  private static void add(ObjectNode all, Path file) {
    JsonNode one = read(file);
    if (!all.has(CURRENT) && !one.path(CURRENT).asText("").isEmpty()) {
      all.set(CURRENT, one.get(CURRENT));
    }
    for (String name : LISTS) {
      ArrayNode known = all.withArrayProperty(name);
      Set<String> names = new HashSet<>();
      known.forEach(item -> names.add(item.path("name").asText()));
      for (JsonNode item : one.path(name)) {
        if (names.add(item.path("name").asText())) {
          absolute(item, file);
          known.add(item);
        }
      }
    }
  }

  private static void absolute(JsonNode item, Path file) {
    for (String part : List.of("cluster", "user")) {
      for (String field : PATHS) {
        String path = item.path(part).path(field).asText("");
        if (!path.isEmpty()) {
          ((ObjectNode) item.path(part)).put(field, file.resolveSibling(path).toString());
        }
      }
      String command = item.path(part).path("exec").path("command").asText("");
      if (command.contains(File.separator)) { // else it is looked for in PATH
        ((ObjectNode) item.path(part).path("exec"))
            .put("command", file.resolveSibling(command).toString());
      }
    }
  }

  private static JsonNode read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new DatastoreException("kubeconfig %s is too long".formatted(file));
      }
      return YAML.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new DatastoreException(
          "kubeconfig %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
