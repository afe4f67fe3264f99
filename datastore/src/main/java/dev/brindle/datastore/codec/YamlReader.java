// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/// Reads YAML documents: plain data only, bounded in size, depth and use of aliases.
final class YamlReader {

  private static final int MAX_ALIASES = 1000;

  private YamlReader() {}

  static List<Document> read(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(Documents.MAX_DOCUMENT);
    limits.setNestingDepthLimit(Documents.MAX_DEPTH);
    limits.setMaxAliasesForCollections(MAX_ALIASES);
    DumperOptions unused = new DumperOptions();
    Yaml yaml =
        new Yaml(
            new SafeConstructor(limits),
            new Representer(unused),
            unused,
            limits,
            new CoreScalars());
    List<Document> documents = new ArrayList<>();
    try {
      for (Node root : yaml.composeAll(new StringReader(text))) {
        documents.add(new Document(YamlTree.of(root), path -> place(mark(root, path))));
      }
    } catch (MarkedYAMLException e) {
      String context = e.getContext() == null ? "" : " " + e.getContext();
      throw new ResourceFormatException(
          place(e.getProblemMark()) + e.getProblem() + context, null, e);
    } catch (YAMLException e) {
      throw new ResourceFormatException(String.valueOf(e.getMessage()), null, e);
    }
    return documents;
  }

  static String place(@Nullable Mark mark) {
    return mark == null
        ? ""
        : "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /// Where a field is; if it is missing, where it would belong.
  private static Mark mark(Node node, JsonPointer path) {
    if (path.matches()) {
      return node.getStartMark();
    }
    return switch (node) {
      case MappingNode mapping -> markOfField(mapping, path);
      case SequenceNode sequence
          when path.mayMatchElement() && path.getMatchingIndex() < sequence.getValue().size() ->
          mark(sequence.getValue().get(path.getMatchingIndex()), path.tail());
      default -> node.getStartMark();
    };
  }

  private static Mark markOfField(MappingNode mapping, JsonPointer path) {
    for (NodeTuple field : mapping.getValue()) {
      if (field.getKeyNode() instanceof ScalarNode key
          && key.getValue().equalsIgnoreCase(path.getMatchingProperty())) {
        return path.tail().matches() ? key.getStartMark() : mark(field.getValueNode(), path.tail());
      }
    }
    return mapping.getStartMark();
  }
}
