// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import java.util.ArrayList;
import java.util.List;

/// How a text of the chart's values looks, for JSON Schema: in what Go's regular expressions,
/// Java's and JavaScript's have in common.
final class ValuePattern {

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  static final String NOTHING_OR_IPV4_CIDR =
      "^((%1$s\\.){3}%1$s/(3[0-2]|[12]?[0-9]))?$".formatted(OCTET);

  static final String IPV6_CIDR =
      "^(%s)/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$".formatted(String.join("|", ipv6()));

  /// With digits and letters of a registry's name, its port, and the path.
  static final String REPOSITORY = "^[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?(/[A-Za-z0-9._-]+)*$";

  /// A digest may stand behind it.
  static final String TAG = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(@sha256:[0-9a-f]{64})?$";

  static final String DIRECTORY = "^/";

  /// Of Kubernetes: `250m`, `180Mi`, `1e3`.
  static final String QUANTITY = "^[0-9]+(\\.[0-9]*)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$";

  static final String ENDPOINTS = "^https?://[^,/ ]+/?(,https?://[^,/ ]+/?)*$";

  static final String NOTHING_OR_BASE64 = "^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$";

  static final String VARIABLE = "^[A-Za-z_][A-Za-z0-9_.-]*$";

  private ValuePattern() {}

  /// RFC 4291 §2.2, the first two forms: eight pieces, or fewer around one `::`.
  private static List<String> ipv6() {
    String piece = "[0-9A-Fa-f]{1,4}";
    List<String> forms = new ArrayList<>();
    forms.add("(%1$s:){7}%1$s".formatted(piece));
    forms.add("(%s:){1,7}:".formatted(piece));
    for (int before = 6; before >= 1; before--) {
      forms.add("(%1$s:){1,%2$d}(:%1$s){1,%3$d}".formatted(piece, before, 7 - before));
    }
    forms.add(":(:%s){1,7}".formatted(piece));
    forms.add("::");
    return forms;
  }
}
