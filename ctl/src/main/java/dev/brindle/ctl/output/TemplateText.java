// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.Resource;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.template.Template;
import dev.brindle.ctl.template.TemplateException;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;

/// Answers by a template of Go, which is given a list of them: resources, and lists with `.Items`.
final class TemplateText {

  private static final JsonMapper JSON = new JsonMapper();

  private TemplateText() {}

  /// @throws ClientException if the template does not fit
  static String of(String template, List<Answer> answers, AsNumber clusterAs) {
    ArrayNode all = JSON.createArrayNode();
    answers.forEach(answer -> all.add(tree(answer)));
    try {
      return Template.parse(template).of(all, clusterAs.toString());
    } catch (TemplateException e) {
      throw new ClientException(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode tree(Answer answer) {
    return switch (answer) {
      case Answer.One(Resource resource) -> tree(resource);
      case Answer.Many many -> {
        ObjectNode list =
            JSON.createObjectNode()
                .put("kind", many.kind().kindName() + "List")
                .put("apiVersion", ResourceCodec.API_VERSION);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        many.resources().forEach(resource -> items.add(tree(resource)));
        yield list;
      }
    };
  }

  private static JsonNode tree(Resource resource) {
    try {
      return JSON.readTree(ResourceCodec.completeJson(resource));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(resource.key() + " is not written as JSON", e);
    }
  }
}
