// Register a participant, read the registration and cancel it, with types generated from the description alone.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

type Registration = components["schemas"]["Registration"];

/** Return the JSON document of an answer; a page is a string, and is not asked for. */
function documentOf<T>(answer: { data?: T; error?: unknown }): Exclude<T, string | undefined> {
  if (answer.data === undefined || typeof answer.data === "string") throw new Error(JSON.stringify(answer.error));
  return answer.data as Exclude<T, string | undefined>;
}

export async function registerReadAndCancel(baseUrl: string, eventId: string): Promise<Registration["status"][]> {
  const client = createClient<paths>({ baseUrl });
  const registered = documentOf(
    await client.POST("/events/{event_id}/registrations", {
      params: { path: { event_id: eventId }, header: { "Idempotency-Key": "written-in-typescript" } },
      body: { given_name: "Anna", family_name: "Ager", email: "anna@example.org", privacy_accepted: true },
    }),
  );
  const token = registered.registration.links.self.split("/").pop() ?? "";
  const params = { path: { token } };
  const current = documentOf(await client.GET("/registrations/{token}", { params }));
  const cancelled = documentOf(await client.POST("/registrations/{token}/cancellation", { params, body: {} }));
  return [registered, current, cancelled].map((answer) => answer.registration.status);
}
