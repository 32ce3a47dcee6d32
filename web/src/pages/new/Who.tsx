import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { api, body } from "../../api/client";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../session/session";
import { useTexts } from "../../texts/use";

type Person = { id: string; name: string; department?: string };

/** Chooses a person by typing part of a name. */
export function Who({ id, value, need = false, onChange }: { id: string; value?: Person; need?: boolean; onChange: (p: Person) => void }) {
  const { t } = useTexts("upload");
  const me = useMe();
  const [words, setWords] = useState(value?.name ?? "");
  const [typed, setTyped] = useState(false);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const search = useDeferredValue(typed ? words.trim() : "");
  const people = useQuery({
    queryKey: ["people", search],
    queryFn: async () => (search ? await body(api.POST("/v1/users/search", { body: { text: search, limit: 20 } })) : await body(api.GET("/v1/users", { params: { query: { limit: 50 } } }))).items,
    staleTime: 60_000,
  });
  const options = (people.data ?? []).filter((p) => p.id !== me.person.id && !p.disabled);
  return (
    <Combobox
      store={box} width={280} position="bottom-start" withinPortal={false}
      onOptionSubmit={(chosen) => {
        const p = options.find((x) => x.id === chosen);
        if (!p) return;
        setWords(p.name);
        setTyped(false);
        box.closeDropdown();
        onChange({ id: p.id, name: p.name, ...(p.department ? { department: p.department } : {}) });
      }}
    >
      <Combobox.Target withExpandedAttribute>
        <InputBase
          id={id} className="who" classNames={{ input: need ? "in need" : "in" }} value={words} placeholder={t("upload:who.choose")} autoComplete="off" role="combobox" rightSection={<Icon name="down" />} rightSectionPointerEvents="none"
          onChange={(e) => {
            setWords(e.currentTarget.value);
            setTyped(true);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onClick={() => box.openDropdown()}
          onFocus={() => box.openDropdown()}
          onBlur={() => {
            box.closeDropdown();
            setWords(value?.name ?? "");
            setTyped(false);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: "auto" }} aria-label={t("upload:col.employee")}>
          {options.map((p) => <Combobox.Option key={p.id} value={p.id}>{p.name} <span className="small quiet">{p.department}</span></Combobox.Option>)}
          {people.isPending && <Combobox.Empty>{t("common:loading")}</Combobox.Empty>}
          {people.isSuccess && options.length === 0 && <Combobox.Empty>{t("upload:who.nobody")}</Combobox.Empty>}
          {people.isError && <Combobox.Empty>{t("common:error.title")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
