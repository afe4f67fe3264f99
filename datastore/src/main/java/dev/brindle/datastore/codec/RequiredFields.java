// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.SecretPassword;
import java.io.Serial;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Components that have no value to stand for absence.
final class RequiredFields extends JacksonAnnotationIntrospector {

  @Serial private static final long serialVersionUID = 1L;

  private static final Set<Class<?>> ALWAYS_REQUIRED =
      Set.of(Cidr.class, IpAddress.class, SecretPassword.SecretKeyRef.class);

  private static final Map<Class<?>, Set<String>> REQUIRED =
      Map.of(
          Rule.class, Set.of("action"),
          BgpFilter.Rule.class, Set.of("action"),
          BlockAffinity.Spec.class, Set.of("node"),
          BgpConfiguration.Community.class, Set.of("name", "value"));

  @Override
  public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
    if (member instanceof AnnotatedParameter parameter && isRequired(parameter)) {
      return true;
    }
    return super.hasRequiredMarker(member);
  }

  private static boolean isRequired(AnnotatedParameter parameter) {
    Set<String> required = REQUIRED.getOrDefault(parameter.getDeclaringClass(), Set.of());
    return ALWAYS_REQUIRED.contains(parameter.getRawType())
        || (!required.isEmpty() && required.contains(componentName(parameter)));
  }

  /// The parameters of a record's constructor are its components.
  private static String componentName(AnnotatedParameter parameter) {
    return parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()].getName();
  }
}
