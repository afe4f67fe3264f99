// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which objects of a collection are asked for.
///
/// @param labels a selector of labels; empty for any
/// @param fields a selector of fields; empty for any
record Selection(String labels, String fields) {

  static final Selection ALL = new Selection("", "");

  static Selection labels(String selector) {
    return new Selection(selector, "");
  }

  /// The server has an index of it: the pods of others cost it nothing.
  static Selection podsOf(String node) {
    return new Selection("", "spec.nodeName=" + node);
  }

  /// What a query begins with: `?`, and what selects.
  String query() {
    return Stream.of(part("labelSelector", labels), part("fieldSelector", fields))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String part(String name, String selector) {
    return selector.isEmpty()
        ? ""
        : name + "=" + URLEncoder.encode(selector, StandardCharsets.UTF_8);
  }
}
