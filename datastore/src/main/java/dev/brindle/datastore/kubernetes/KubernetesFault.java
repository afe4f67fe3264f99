// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What the API server or the way to it says, in words that name the cure.
final class KubernetesFault {

  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int GONE = 410;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;

  private KubernetesFault() {}

  /// @param status what was said; text, if it was not Kubernetes that said it
  /// @param verb as RBAC has it
  static String explain(int code, JsonNode status, String verb, ApiResource resource) {
    String said = status.isTextual() ? status.asText() : status.path("message").asText("");
    String words = said.isEmpty() ? "HTTP status " + code : said;
    return switch (code) {
      case UNAUTHORIZED ->
          "it does not take our credentials: the token or the certificate of the kubeconfig or the"
              + " service account is wrong or has expired ("
              + words
              + ")";
      case FORBIDDEN ->
          "its user may not: a ClusterRole bound to it needs verbs [\"%s\"] on resources [\"%s\"]"
                  .formatted(verb, resource.plural())
              + " in apiGroups [\"%s\"] (%s)".formatted(resource.group(), words);
      case NOT_FOUND -> isObjectMissing(status) ? words : missing(resource);
      case UNPROCESSABLE -> "it refuses what we write: " + words;
      case TOO_MANY -> "it is asked too much for now: " + words;
      default -> words;
    };
  }

  /// Of a collection that the server does not know.
  static String missing(ApiResource resource) {
    return "it does not know %s: apply Calico's custom resource definitions".formatted(resource);
  }

  /// Whether an answer `not found` is about one object: about a collection it has no such words.
  static boolean isObjectMissing(JsonNode status) {
    return status.path("kind").asText("").equals("Status")
        && !status.path("details").path("name").asText("").isEmpty();
  }

  static String explain(@Nullable Throwable fault) {
    String said = rootMessage(fault);
    if (isBrokenOff(fault)) {
      return "it does not answer: the connection ended while TLS began: " + said;
    }
    for (Throwable each = fault; each != null; each = each.getCause()) {
      if (each instanceof DatastoreException) {
        return String.valueOf(each.getMessage());
      }
      if (each instanceof SSLException || said.toLowerCase(Locale.ROOT).contains("certificat")) {
        return "the two do not trust each other's certificates: " + said;
      }
      if (each instanceof UnknownHostException) {
        return "nobody knows its address: " + said;
      }
      if (each instanceof ConnectException) {
        return each.getCause() instanceof ClosedChannelException // all that the client says
            ? "it does not answer: connection refused"
            : "it does not answer: " + said;
      }
      if (isTimeout(each)) {
        return "it does not answer in time";
      }
    }
    return said;
  }

  /// As a load balancer does that has nobody behind it: about certificates nothing was said.
  private static boolean isBrokenOff(@Nullable Throwable fault) {
    boolean isTls = false;
    boolean isEnd = false;
    for (Throwable each = fault; each != null; each = each.getCause()) {
      String words = String.valueOf(each.getMessage());
      isTls |= each instanceof SSLException;
      isEnd |=
          each instanceof EOFException
              || each instanceof ClosedChannelException
              || words.contains("Remote host") // terminated the handshake, closed the channel
              || words.contains("Connection reset");
    }
    return isTls && isEnd;
  }

  static boolean isTimeout(@Nullable Throwable fault) {
    return fault instanceof TimeoutException || fault instanceof HttpTimeoutException;
  }

  private static String rootMessage(@Nullable Throwable fault) {
    String message = "";
    for (Throwable each = fault; each != null; each = each.getCause()) {
      String said = each.getMessage();
      message = said == null || said.isBlank() ? each.getClass().getSimpleName() : said;
    }
    return message;
  }
}
