import { Drawer, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "react-router";
import { api, speak } from "../api/client";
import { Icon } from "../parts/Icon";
import { Mantine } from "../parts/Mantine";
import { useFocusBack } from "../parts/useFocusBack";
import { type Me, signOut } from "../session/session";
import { useTexts } from "../texts/use";

interface Props {
  me: Me;
  places: { to: string; key: string }[];
  onClose: () => void;
}

/** Everything that is not on the page: places (on a phone), language, light and dark, sign out. */
export default function Menu(props: Props) {
  return <Mantine><Inside {...props} /></Mantine>;
}

function Inside({ me, places, onClose }: Props) {
  const { t, lang, change } = useTexts();
  useFocusBack();
  const cache = useQueryClient();
  const { pathname } = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const other = lang === "ja" ? "en" : "ja";
  const schemes = ["auto", "light", "dark"] as const;
  const next = schemes[(schemes.indexOf(colorScheme) + 1) % schemes.length] ?? "auto";
  const speakOther = async () => {
    speak(other);
    await change(other);
    onClose();
    await api.PATCH("/v1/me", { body: { language: other } }).catch(() => undefined); // this browser speaks it all the same
    await cache.invalidateQueries();
  };
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="20rem" transitionProps={{ duration: 0 }}>
      <Drawer.Overlay backgroundOpacity={0.45} />
      <Drawer.Content><Drawer.Body>
      <div className="menu-head"><Drawer.Title>{me.person.name}</Drawer.Title><button type="button" className="btn quiet-btn" onClick={onClose}><Icon name="x" />{t("common:close")}</button></div>
      <p className="small quiet">{me.person.department}</p>
      <nav className="menu-list" aria-label={t("common:nav.menu")}>
        {places.map((p) => (
          <Link key={p.to} to={p.to} onClick={onClose} aria-current={p.to === pathname ? "page" : undefined}>{t(p.key)}</Link>
        ))}
        {me.person.roles.length > 0 && <Link to="/templates" onClick={onClose} aria-current={pathname === "/templates" ? "page" : undefined}>{t("common:nav.templates")}</Link>}
        <Link to="/settings" onClick={onClose} aria-current={pathname === "/settings" ? "page" : undefined}>{t("common:nav.settings")}</Link>
        <hr />
        <button type="button" onClick={() => void speakOther()}><Icon name="globe" /><span lang={other}>{other === "en" ? "English" : "日本語"}</span></button>
        <button type="button" onClick={() => setColorScheme(next)}><Icon name="moon" />{t(`common:scheme.${colorScheme}`)}</button>
        <a href="/v1/me/export" download><Icon name="file" />{t("common:nav.export_me")}</a>
        <hr />
        <button type="button" onClick={() => void signOut()}><Icon name="out" />{t("common:nav.sign_out")}</button>
      </nav>
      </Drawer.Body></Drawer.Content>
    </Drawer.Root>
  );
}
