import { useQuery } from "@tanstack/react-query";
import { api, body } from "../api/client";
import { keys } from "../api/keys";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useTitle } from "../shell/useTitle";
import { StatusPhrase } from "../status/StatusPhrase";
import { useTexts } from "../texts/use";

export default function Home() {
  const { t } = useTexts();
  const list = useQuery({ queryKey: keys.interviews({ scope: "mine" }), queryFn: () => body(api.GET("/v1/interviews", { params: { query: { scope: "mine", limit: 200 } } })) });
  useTitle(t("common:nav.work"));
  return (
    <main id="main" tabIndex={-1} className="page">
      {list.isPending && <Skeleton shape="list" />}
      {list.isError && <Trouble error={list.error} />}
      {list.data?.items.map((x) => <p key={x.id}>{x.employee.name} <StatusPhrase interview={x} list /></p>)}
    </main>
  );
}
